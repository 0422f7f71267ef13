# Co zrobiono z użytkownikami, tokenami, procesami, powodami zamknięcia i webhookami.
audit-member-added = Dodano użytkownika „{ $name }”; rola: { $after ->
    [administrator] administrator
    [manager] menedżer
    [salesperson] handlowiec
   *[other] { $after }
}.
audit-member-renamed = Użytkownik „{ $before }” nazywa się teraz „{ $after }”.
audit-member-email-changed = Adres użytkownika „{ $name }” to teraz { $after } (wcześniej { $before }).
audit-member-role-changed = Rola użytkownika „{ $name }” to teraz { $after ->
    [administrator] administrator
    [manager] menedżer
    [salesperson] handlowiec
   *[other] { $after }
} (wcześniej { $before ->
    [administrator] administrator
    [manager] menedżer
    [salesperson] handlowiec
   *[other] { $before }
}).
audit-member-deactivated = Wyłączono konto użytkownika „{ $name }” wraz z wszystkimi tokenami.
audit-member-reactivated = Ponownie włączono konto użytkownika „{ $name }”.
audit-token-created = Użytkownik „{ $owner }” otrzymał token „{ $name }”.
audit-token-created-until = Użytkownik „{ $owner }” otrzymał token „{ $name }”, ważny do { $after }.
audit-token-revoked = Unieważniono token „{ $name }” użytkownika „{ $owner }”.
audit-process-created = Utworzono proces „{ $name }”.
audit-process-saved = Zapisano proces „{ $name }”.
audit-process-saved-as = Zapisano proces „{ $name }” jako wersję { $version }.
audit-process-restored = Przywrócono wersję { $before } procesu „{ $name }”.
audit-process-archived = Zarchiwizowano proces „{ $name }”.
audit-process-archived-as = Zarchiwizowano proces „{ $name }” jako wersję { $version }.
audit-process-unarchived = Przywrócono proces „{ $name }” z archiwum.
audit-process-unarchived-as = Przywrócono proces „{ $name }” z archiwum jako wersję { $version }.
audit-default-process-changed = Domyślnym procesem jest teraz „{ $name }”.
audit-close-reason-added = Dodano powód zamknięcia „{ $name }” dla szans o statusie: { $after ->
    [won] wygrana
    [lost] przegrana
    [outdated] nieaktualna
   *[other] { $after }
}.
audit-close-reason-renamed = Zmieniono nazwę powodu zamknięcia z „{ $before }” na „{ $after }”.
audit-close-reason-moved = Przesunięto powód zamknięcia „{ $name }”.
audit-close-reason-archived = Zarchiwizowano powód zamknięcia „{ $name }”.
audit-close-reason-restored = Przywrócono powód zamknięcia „{ $name }”.
audit-webhook-created = Dodano webhook „{ $name }” wysyłający do { $after }.
audit-webhook-changed = Zmieniono webhook „{ $name }” wysyłający do { $after }.
audit-webhook-created-as = Dodano webhook „{ $name }” wysyłający do { $after }. Działa z uprawnieniami użytkownika „{ $owner }”.
audit-webhook-replayed = Ponownie wysyłane jest do webhooka „{ $name }” wszystko, co się dotąd wydarzyło.
audit-webhook-replayed-after = Ponownie wysyłane jest do webhooka „{ $name }” wszystko, co wydarzyło się po zdarzeniu { $after }.
audit-webhook-redelivered = Ponownie wysyłane jest do webhooka „{ $name }” zdarzenie { $after }.
audit-webhook-secret-rotated = Webhook „{ $name }” podpisuje teraz nowym sekretem.
audit-webhook-deleted = Usunięto webhook „{ $name }”.
# Co zmieniono w webhooku.
audit-webhook-name = Wcześniej nazywał się „{ $before }”.
audit-webhook-origin = Wcześniej wysyłał do { $before }.
audit-webhook-path = Zmieniono ścieżkę lub parametry adresu.
audit-webhook-member = Działa teraz z uprawnieniami użytkownika „{ $after }” (wcześniej „{ $before }”).
audit-webhook-document-added = O tym, co jest wysyłane, decyduje teraz dokument.
audit-webhook-document-changed = O tym, co jest wysyłane, decyduje teraz inny dokument.
audit-webhook-document-removed = O tym, co jest wysyłane, nie decyduje już dokument.
audit-webhook-processes = Procesy: { $after } (wcześniej: { $before }).
audit-webhook-events = Zdarzenia: { $after } (wcześniej: { $before }).
audit-webhook-resumed = Wysyłanie wznowiono.
audit-webhook-paused = Wysyłanie wstrzymano.
audit-webhook-all = wszystkie
