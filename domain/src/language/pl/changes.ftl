# Czym różnią się dwie wersje procesu, w kilku słowach.
change-process-renamed = Zmieniono nazwę procesu z „{ $from }” na „{ $to }”
change-description-changed = Zmieniono opis
change-stage-added = Dodano etap „{ $name }”{ $actions ->
    [0] {""}
    [one] {" "}z { $actions } działaniem
   *[other] {" "}z { $actions } działaniami
}
change-stage-renamed = Zmieniono nazwę etapu z „{ $from }” na „{ $to }”
change-stage-hint-changed = Zmieniono wskazówkę etapu „{ $name }”
change-stage-moved = Przesunięto etap „{ $name }”
change-stage-removed = Usunięto etap „{ $name }”{ $actions ->
    [0] {""}
    [one] {" "}z { $actions } działaniem
   *[other] {" "}z { $actions } działaniami
}
change-action-added = Dodano działanie „{ $name }” na etapie „{ $stage }”
change-action-renamed = Zmieniono nazwę działania z „{ $from }” na „{ $to }”
change-action-moved-within = Przesunięto działanie „{ $name }” na jego etapie
change-action-moved = Przeniesiono działanie „{ $name }” z etapu „{ $from }” na etap „{ $to }”
change-weight-changed = Zmieniono wagę działania „{ $name }” z { $from } na { $to }
change-settings-changed = Zmieniono działanie „{ $name }”: { $settings }
change-action-removed = Usunięto działanie „{ $name }” z etapu „{ $stage }”
setting-hint = wskazówka
setting-mandatory = obowiązkowość
setting-performers = kto może je wykonać
setting-evidence = wymagana notatka
setting-notify = kogo powiadamiać
setting-follow-ups = wywoływane zadania
