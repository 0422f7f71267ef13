# Co jest nie tak z podaną wartością i jak wygląda prawidłowa.
weight-out-of-range = Waga to liczba całkowita od 0 do 1000, a nie { $weight }.
chosen-without-members = CHOSEN wymaga wskazania co najmniej jednego użytkownika, inaczej nikt nie mógłby wykonać działania.
members-without-chosen = Użytkowników można wskazać tylko dla CHOSEN.
hints-too-long = Wszystkie wskazówki procesu mogą mieć łącznie najwyżej 512 KiB. Skróć niektóre.
follow-ups-too-long = Teksty wszystkich wywoływanych zadań procesu mogą mieć łącznie najwyżej 1 MiB. Skróć niektóre opisy.
follow-up-due = Termin wywoływanego zadania to od 0 do 3650 dni.
value-negative = Wartość nie może być ujemna.
value-too-large = Wartość może wynosić najwyżej 1 000 000 000 000.
value-too-fine = Wartość może mieć najwyżej 4 cyfry po przecinku.
not-an-amount = To nie jest kwota.
not-a-currency = Waluta to kod ISO 4217: trzy wielkie litery, na przykład PLN.
range-without-end = Podaj `from`, `to` albo oba.
range-empty = `to` musi być późniejsze niż `from`: sama ta chwila nie należy już do zakresu.
range-backwards = `to` nie może być mniejsze niż `from`.
progress-out-of-range = Postęp to całkowita liczba procent, od 0 do 100.
url-malformed = Adres URL wygląda tak: https://example.org/hooks/waypost.
url-unencrypted = Podaj adres URL, który zaczyna się od https://. Nieszyfrowane http:// działa tylko w sieciach, na które administrator serwera zezwolił przez --webhook-allow-network.
url-too-long = Adres URL może mieć najwyżej 2000 znaków.
url-with-password = Usuń z adresu URL użytkownika i hasło: wysyłki są podpisane, a podpis mówi, od kogo pochodzą.
url-with-fragment = Usuń to, co stoi po znaku #: i tak nie jest wysyłane.
text-with-nul = Tekst nie może zawierać znaku NUL.
text-empty = Potrzebny jest tekst: od 1 do 10 000 znaków, które nie są samymi spacjami.
text-unseen = Potrzebny jest tekst: w tym nie ma żadnego widocznego znaku.
search-too-long = Szukany tekst może mieć najwyżej 200 znaków.
search-with-nul = Szukany tekst nie może zawierać znaku NUL.
text-too-long = Tekst może mieć najwyżej 10 000 znaków; ten ma { $length }.
email-malformed = Adres e-mail wygląda tak: nazwa@example.org. { $fault }
email-unseen = W tym jest niewidoczny znak { $character }. Wpisz adres jeszcze raz.
email-empty = Ten jest pusty.
email-link = Usuń „mailto:”.
email-with-name = Podaj sam adres, bez nazwy i bez nawiasów.
email-at-twice = Wpisz jeden znak @; tu są dwa obok siebie.
email-several = Podaj jeden adres; to wygląda na kilka.
email-with-space = W tym jest spacja.
email-without-at = W tym brakuje znaku @.
email-user = Żaden serwer pocztowy nie przyjmie tego, co stoi tu przed znakiem @.
email-host = Żaden serwer pocztowy nie ma nazwy, która stoi tu po znaku @.
email-too-long = Ten jest dłuższy, niż przyjmie jakikolwiek serwer pocztowy.
mapped-twice = To działanie jest już w mapowaniu. Podaj raz, dokąd ma przejść jego wykonanie.
only-members-upload = Pliki przesyłają tylko użytkownicy.
file-name-is-path = Nazwa pliku nie jest ścieżką: nie zawiera / ani \ i nie składa się z samych kropek.
file-ending = Pliki z takim rozszerzeniem nie są tu przyjmowane, bo przeglądarka lub komputer mogłyby je uruchomić. Spakuj plik do archiwum ZIP albo wyślij PDF.
content-type-malformed = Typ zawartości wygląda tak: application/pdf albo image/png.
content-type-refused = Pliki typu { $media } nie są tu przyjmowane. Wyślij PDF, obraz, dokument biurowy, wiadomość e-mail, tekst albo archiwum ZIP.
file-size = Plik może mieć od 1 bajta do { $most }.
checksum-malformed = Suma kontrolna to SHA-256 pliku: 64 cyfry szesnastkowe.
file-twice = Ten plik jest na liście dwa razy. Usuń jeden z nich.
webhook-events-empty = Podaj co najmniej jeden rodzaj albo nie podawaj żadnego, aby wybrać wszystkie.
webhook-processes-empty = Podaj co najmniej jeden proces albo nie podawaj żadnego, aby wybrać wszystkie.
webhook-documents-off = Ten serwer nie wykonuje dokumentów webhooków. Pomiń to pole.
replay-too-far = Webhook nie dotarł jeszcze do tego miejsca: to, co leży pomiędzy, nigdy nie zostałoby wysłane. Wskaż wcześniejsze miejsce.
replay-nowhere = To nie jest miejsce w dzienniku zdarzeń tego serwera. Użyj kursora wysyłki albo tablicy; null oznacza początek.
trial-nothing = Ostatnio nie stało się nic, o czym dowiaduje się ten webhook. Wskaż zdarzenie w eventId albo zaczekaj, aż coś się stanie.
token-expired = Token musi wygasać w przyszłości.
token-malformed = Token to { $prefix } i co najmniej { $shortest } dalszych znaków bez spacji.
new-default-archived = To jest właśnie archiwizowany proces. Wybierz inny, używany.
new-default-unneeded = Archiwizowany proces nie jest domyślny, więc domyślny się nie zmienia. Pomiń newDefaultId albo zmień domyślny proces przez setDefaultProcess.
stage-stays = Ten etap zostaje: zastępstwa potrzebuje tylko etap usuwany.
stage-replaced-twice = Ten etap podano dwa razy, a zastępuje go jeden etap. Podaj go raz.
no-such-template = Nie ma takiego szablonu. Wybierz jeden z: { $keys }.
no-such-process-yet = Nie ma teraz procesu o tej nazwie, więc nie ma też jego wersji. Pomiń expectedVersion, aby go utworzyć, albo sprawdź nazwę.
note-twice = Podaj nową notatkę albo identyfikator istniejącej, nie jedno i drugie.
only-members-write = Notatki piszą tylko użytkownicy.
deals-are-theirs = Te szanse już należą do tego użytkownika. Wybierz kogoś innego.
only-webhook-documents = To pole wybiera tylko dokument webhooka: przekaż go w createWebhook. Aby śledzić szanse, subskrybuj dealProgress albo processProgress.
replay-unsaid = Podaj, od którego miejsca: kursor albo null jako początek.
member-without-id = MEMBER wymaga identyfikatora użytkownika.
id-without-member = Użytkownika można wskazać tylko dla MEMBER.
key-empty = Klucz ma co najmniej jeden znak. Pomiń go albo uzupełnij.
key-too-long = Klucz może mieć najwyżej 200 znaków. Podaj krótszy.
key-taken = Inny nowy etap lub działanie w tym zapisie ma taki sam klucz. Nadaj każdemu własny.
node-id-unclear = Podaj id { $kind ->
    [a-stage] etapu, który jest lub został usunięty, albo newId lub clientKey nowego
   *[an-action] działania, które jest lub zostało usunięte, albo newId lub clientKey nowego
}.
retry-unclear = Podaj ids albo all: true.
read-unclear = Podaj ids albo upTo.
page-both-ways = Przeglądaj strony do przodu (first i after) albo do tyłu (last i before), nie jednocześnie.
page-too-long = Strona ma od 0 do 100 wierszy.
reason-move-unsaid = Podaj miejsce: identyfikator powodu o tym samym statusie albo null, aby był pierwszy.
deal-move-unsaid = Podaj miejsce: identyfikator etapu albo null, jeśli szansa ma być bez etapu.
line-empty = { $noun ->
    [name] Nazwa
    [title] Tytuł
    [deal-id] Identyfikator szansy
    [file-name] Nazwa pliku
   *[other] Tekst
} ma od 1 do 200 znaków, które nie są samymi spacjami.
line-too-long = { $noun ->
    [name] Nazwa
    [title] Tytuł
    [deal-id] Identyfikator szansy
    [file-name] Nazwa pliku
   *[other] Tekst
} może mieć najwyżej 200 znaków; podano { $length }.
line-broken = { $noun ->
    [name] Nazwa
    [title] Tytuł
    [deal-id] Identyfikator szansy
    [file-name] Nazwa pliku
   *[other] Tekst
} to jeden wiersz tekstu bez znaków sterujących.
line-turning = { $noun ->
    [name] Nazwa
    [title] Tytuł
    [deal-id] Identyfikator szansy
    [file-name] Nazwa pliku
   *[other] Tekst
} nie może zawierać znaków zmieniających kierunek pisma; jest tu { $character }. Usuń ten znak.
line-unseen = { $noun ->
    [name] Nazwa
    [title] Tytuł
    [deal-id] Identyfikator szansy
    [file-name] Nazwa pliku
   *[other] Tekst
} musi zawierać co najmniej jeden widoczny znak.
