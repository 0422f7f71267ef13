# Dlaczego czegoś nie można zrobić: co jest nie tak i co zrobić.
not-found = Nie ma { $kind ->
    [action] takiego działania
    [close-reason] takiego powodu zamknięcia
    [completion] takiego wykonanego działania
    [deal] takiej szansy sprzedaży
    [delivery-of-a-webhook] takiej wysyłki webhooka
    [event] takiego zdarzenia
    [file] takiego pliku
    [mail] takiej wiadomości e-mail
    [member] takiego użytkownika
    [note] takiej notatki
    [notification] takiego powiadomienia
    [organisation] takiej organizacji
    [process] takiego procesu
    [stage] takiego etapu
    [task] takiego zadania
    [token] takiego tokenu
    [version] takiej wersji
    [webhook] takiego webhooka
   *[other] takiego elementu
} albo nie masz dostępu. Sprawdź identyfikator.
id-taken = Ten identyfikator został już użyty z innymi danymi. Dla nowego elementu utwórz nowy identyfikator.
twice-in-tree = { $kind ->
    [stage] Ten etap jest w procesie dwa razy, a może być
    [action] To działanie jest w procesie dwa razy, a może być
   *[other] Ten element jest w procesie dwa razy, a może być
} tylko w jednym miejscu. Usuń jedno z powtórzeń.
name-taken = Nazwa „{ $name }” jest już zajęta (wielkość liter nie ma znaczenia, podobnie jak inne różnice, których nie widać). Wybierz inną nazwę.
limit-reached = { $what ->
    [actions-in-a-process] Liczba działań w procesie
    [actions-in-a-stage] Liczba działań na etapie
    [chosen-members] Liczba wybranych użytkowników
    [chosen-members-to-notify] Liczba wybranych użytkowników do powiadomienia
    [entries-in-a-mapping] Liczba pozycji w mapowaniu
    [files-in-a-note] Liczba plików w notatce
    [files-that-are-not-used-in-a-note-yet] Liczba plików, których nie ma jeszcze w żadnej notatce,
    [follow-ups-of-an-action] Liczba wywoływanych zadań jednego działania
    [ids-in-a-list] Liczba identyfikatorów na liście
    [ids-in-one-call] Liczba identyfikatorów w jednym wywołaniu
    [items-in-one-call] Liczba pozycji w jednym wywołaniu
    [reasons-of-a-status] Liczba powodów zamknięcia jednego statusu
    [stages-in-a-process] Liczba etapów w procesie
    [valid-tokens-of-one-member] Liczba ważnych tokenów jednego użytkownika
    [webhooks] Liczba webhooków
   *[other] Liczba elementów
} nie może przekroczyć { $limit }. Najpierw usuń zbędne.
no-room = { $whose ->
    [Your-files] Twoje pliki mogą
   *[other] Pliki wszystkich użytkowników mogą
} zajmować łącznie { $limit }, a wolne zostało { $left }. Wyślij mniejszy plik, zaczekaj, aż po jednym dniu znikną pliki, których nie ma w żadnej notatce, albo poproś administratora serwera o więcej miejsca.
version-conflict = Proces został w międzyczasie zapisany: zmiany zaczęto od wersji { $expected }, a teraz obowiązuje wersja { $current }. Połącz cudze zmiany ze swoimi i zapisz od nowej wersji.
not-a-sibling = afterId musi wskazywać { $kind ->
    [stage] inny etap tego procesu
    [close-reason] inny używany powód zamknięcia o tym samym statusie
   *[action] inne działanie na etapie docelowym
} albo mieć wartość null, jeśli pozycja ma być pierwsza.
process-archived = Ten proces jest zarchiwizowany: trwające szanse toczą się dalej, ale nowych nie przyjmuje. Wybierz inny proces.
stage-has-deals = { $deals ->
    [one] Na etap „{ $stage }” przeniesiono ręcznie { $deals } otwartą szansę.
    [few] Na etap „{ $stage }” przeniesiono ręcznie { $deals } otwarte szanse.
   *[other] Na etap „{ $stage }” przeniesiono ręcznie { $deals } otwartych szans.
} Podaj w moveDealsTo, który etap go zastąpi.
deal-closed = Ta szansa jest { $status ->
    [won] wygrana
    [lost] przegrana
    [outdated] nieaktualna
   *[open] otwarta
}. Najpierw może ją ponownie otworzyć jej opiekun, menedżer lub administrator.
deal-open = Ta szansa jest już otwarta, więc nie trzeba jej otwierać ponownie.
action-not-in-process = To działanie należy do innego procesu niż ta szansa. Wybierz działanie z listy działań szansy.
not-an-action-of = W procesie „{ $process }” nie ma takiego działania. Wybierz jedno z działań tego procesu albo pomiń tę pozycję.
action-removed = To działanie usunięto z procesu. Wczytaj ponownie listę działań szansy.
performers-everyone = Może to zrobić opiekun szansy, jej uczestnik, menedżer lub administrator. Poproś jedną z tych osób o dodanie Cię jako uczestnika.
performers-managers = Mogą to zrobić menedżerowie i administratorzy. Poproś kogoś z nich.
performers-administrators = Mogą to zrobić administratorzy. Poproś kogoś z nich.
performers-chosen = To działanie mogą wykonać tylko wybrani użytkownicy. Poproś kogoś z nich.
performers-nobody = Mogą to zrobić tylko osoby, których konta są już wyłączone. Poproś administratora o wybranie innych użytkowników.
performers-one = Może to zrobić tylko { $name }. Poproś tę osobę.
performers-few = Mogą to zrobić tylko { $names } i { $last }. Poproś jedną z tych osób.
performers-many = Mogą to zrobić tylko { $names } i jeszcze { $others } { $others ->
    [one] użytkownik
    [few] użytkowników
   *[other] użytkowników
}. Poproś jedną z tych osób.
evidence-none = To działanie nie wymaga notatki.
evidence-note = To działanie wymaga notatki: napisz ją albo wybierz notatkę dodaną przez Ciebie wcześniej do szansy.
evidence-note-with-file = To działanie wymaga notatki z plikiem: napisz ją i załącz plik albo wybierz taką notatkę dodaną przez Ciebie wcześniej do szansy.
note-used = Ta notatka została już dołączona do innego działania, a każda liczy się raz. Napisz nową notatkę.
note-is-evidence = Ta notatka potwierdza wykonane działanie. Najpierw cofnij to działanie, wtedy będzie można ją zmienić lub wycofać.
file-not-ready = Ten plik nie został jeszcze wysłany. Najpierw prześlij jego zawartość.
file-used = Ten plik jest już w innej notatce, a może być tylko w jednej. Prześlij go ponownie.
mandatory-missing = Zanim tę szansę będzie można wygrać, trzeba wykonać działania obowiązkowe: { $actions }.
member-inactive = Konto użytkownika { $name } jest wyłączone. Wybierz aktywnego użytkownika.
owner-participates = Opiekun zawsze jest uczestnikiem szansy. Najpierw zmień opiekuna.
last-administrator = { $name } to jedyny aktywny administrator. Najpierw nadaj rolę administratora innemu aktywnemu użytkownikowi.
cannot-see-deal = { $name } nie widzi tej szansy. Dodaj najpierw tę osobę jako uczestnika albo wybierz kogoś innego.
close-reason-required = Podaj w reasonId, dlaczego szansa jest zamykana. Wybierz jeden z powodów: { $reasons }.
close-reason-of-other = „{ $name }” to powód zamknięcia szansy jako { $status ->
    [won] wygranej
    [lost] przegranej
    [outdated] nieaktualnej
   *[open] otwartej
}. Wybierz powód zgodny ze statusem, który otrzymuje ta szansa.
close-reason-archived = Powód „{ $name }” jest zarchiwizowany i nie można go już wybrać. Wybierz inny.
node-removed = { $kind ->
    [stage] Ten etap usunięto z procesu. Wybierz inny albo przywróć wersję, w której jest.
   *[action] To działanie usunięto z procesu. Wybierz inne albo przywróć wersję, w której jest.
}
stage-of-action-removed = Etap, na którym było to działanie, też usunięto. Podaj w stageId, na który etap ma trafić, albo najpierw przywróć jego etap przez restoreStage.
node-of-other = { $kind ->
    [stage] Ten etap należy do innego procesu. Wybierz etap tego samego procesu.
   *[action] To działanie należy do innego procesu. Wybierz działanie tego samego procesu.
}
email-taken = Użytkownik o adresie { $email } już istnieje. Podaj inny adres.
expected-version-required = Ten proces już istnieje (wersja { $current }), a ta operacja go zmienia. Podaj w expectedVersion, od której wersji zaczęto, aby nie przepadły niczyje zmiany.
default-process = Nowe szanse bez wskazanego procesu trafiają do procesu „{ $name }”. Podaj w newDefaultId, do którego mają trafiać odtąd, albo najpierw ustaw inny proces jako domyślny.
no-default-process = Nie ma procesu, do którego trafiałyby nowe szanse bez wskazanego procesu. Podaj proces w processId albo poproś administratora o jego utworzenie.
# Nazwa na liście nazw.
quoted = „{ $name }”
size-bytes = { $count ->
    [one] { $count } bajt
    [few] { $count } bajty
   *[other] { $count } bajtów
}
size-mebibytes = { $count } MiB
size-gibibytes = { $count } GiB
id-of-other-kind = To identyfikator { $found ->
    [action] działania
    [audit_entry] wpisu dziennika zmian
    [close_reason] powodu zamknięcia
    [completion] wykonanego działania
    [deal] szansy sprzedaży
    [event] zdarzenia
    [file] pliku
    [inbox_event] zdarzenia skrzynki
    [mail] wiadomości e-mail
    [member] użytkownika
    [note] notatki
    [notification] powiadomienia
    [process] procesu
    [stage] etapu
    [task] zadania
    [token] tokenu
    [version] wersji procesu
    [webhook] webhooka
    [webhook_delivery] wysyłki webhooka
   *[other] { $found }
}; podaj identyfikator { $expected ->
    [action] działania
    [audit_entry] wpisu dziennika zmian
    [close_reason] powodu zamknięcia
    [completion] wykonanego działania
    [deal] szansy sprzedaży
    [event] zdarzenia
    [file] pliku
    [inbox_event] zdarzenia skrzynki
    [mail] wiadomości e-mail
    [member] użytkownika
    [note] notatki
    [notification] powiadomienia
    [process] procesu
    [stage] etapu
    [task] zadania
    [token] tokenu
    [version] wersji procesu
    [webhook] webhooka
    [webhook_delivery] wysyłki webhooka
   *[other] { $expected }
}.
id-without-prefix = Ten identyfikator nie ma przedrostka, więc nie wiadomo, czego dotyczy; identyfikator { $expected ->
    [action] działania
    [audit_entry] wpisu dziennika zmian
    [close_reason] powodu zamknięcia
    [completion] wykonanego działania
    [deal] szansy sprzedaży
    [event] zdarzenia
    [file] pliku
    [inbox_event] zdarzenia skrzynki
    [mail] wiadomości e-mail
    [member] użytkownika
    [note] notatki
    [notification] powiadomienia
    [process] procesu
    [stage] etapu
    [task] zadania
    [token] tokenu
    [version] wersji procesu
    [webhook] webhooka
    [webhook_delivery] wysyłki webhooka
   *[other] { $expected }
} zaczyna się od { $expected }_.
id-malformed = To nie jest identyfikator { $expected ->
    [action] działania
    [audit_entry] wpisu dziennika zmian
    [close_reason] powodu zamknięcia
    [completion] wykonanego działania
    [deal] szansy sprzedaży
    [event] zdarzenia
    [file] pliku
    [inbox_event] zdarzenia skrzynki
    [mail] wiadomości e-mail
    [member] użytkownika
    [note] notatki
    [notification] powiadomienia
    [process] procesu
    [stage] etapu
    [task] zadania
    [token] tokenu
    [version] wersji procesu
    [webhook] webhooka
    [webhook_delivery] wysyłki webhooka
   *[other] { $expected }
}; taki identyfikator wygląda jak { $expected }_01jd8k2x7sfm5a9k2v0q3c4d5e.
id-not-made = Ten identyfikator nie zawiera prawidłowego UUID: dla każdego nowego elementu utwórz nowy, najlepiej w wersji 7.
no-id = To nie jest identyfikator. Identyfikatory wyglądają tak: deal_01jd8k2x7sfm5a9k2v0q3c4d5e.
