# Co jest nie tak w pliku procesu. Słowa w cudzysłowach to klucze i wartości z pliku.
yaml-more = Dalej { $more ->
    [one] jest jeszcze { $more } problem
    [few] są jeszcze { $more } problemy
   *[other] jest jeszcze { $more } problemów
}.
yaml-too-large = Ten plik ma ponad 8 MiB, a tyle nie ma żaden proces. Czy to właściwy plik?
yaml-map-needed = Tu potrzebny jest { $what ->
    [a-process] proces
    [a-stage] etap
    [an-action] opis działania
    [a-follow-up] opis wywoływanego zadania
    [a-removed-stage] usunięty etap
   *[the-old-place-of-an-action] opis poprzedniego miejsca działania
}: mapa z kluczami { $keys }.
yaml-no-value = Klucz „{ $key }:” nie ma wartości. Wpisz ją albo usuń ten wiersz.
yaml-null-value = Klucz „{ $key }:” nie ma wartości: { $written } znaczy w YAML tyle co nic. Usuń ten wiersz albo weź tekst w cudzysłów.
yaml-key-unknown = „{ $key }” nie jest kluczem { $what ->
    [a-process] procesu
    [a-stage] etapu
    [an-action] działania
    [a-follow-up] wywoływanego zadania
    [a-removed-stage] usuniętego etapu
   *[the-old-place-of-an-action] poprzedniego miejsca działania
}. { $advice }
yaml-key-near = Czy chodzi o „{ $near }”?
yaml-keys-known = Możliwe klucze: { $keys }.
yaml-key-missing = Brakuje tu klucza „{ $key }:”.
yaml-list-needed = { $key } to lista{ $given }. Wpisz każdą pozycję w osobnym wierszu, po „- ”, albo wszystkie w nawiasach kwadratowych.
yaml-given = , a nie { $written }
yaml-given-text = , a nie „{ $text }”
yaml-given-list = , a nie lista
yaml-given-map = , a nie mapa
yaml-text-needed = Potrzebny jest tekst, a { $found }. Weź go w cudzysłów, jeśli to ma być tekst.
yaml-found-nothing = nic tu nie ma
yaml-found-null = { $written } znaczy w YAML tyle co nic
yaml-found-bool = { $written } znaczy w YAML { $value }
yaml-found-number = { $written } to w YAML liczba
yaml-found-list = to jest lista
yaml-found-map = to jest mapa
yaml-bool-needed = { $key } to true albo false{ $given }.
yaml-whole-needed = { $what ->
    [weight] Waga
   *[dueInDays] dueInDays
} to liczba całkowita od 0 do { $limit }{ $given }.{ $advice }
yaml-plain-digits = { " " }Zapisz ją zwykłymi cyframi.
yaml-name-twice = Nazwa „{ $name }” jest już w wierszu { $line } (wielkość liter nie ma znaczenia, podobnie jak inne różnice, których nie widać). Wybierz inną nazwę.
yaml-no-performers = Wskaż co najmniej jednego użytkownika, inaczej nikt nie mógłby wykonać działania.
yaml-performers = performers to EVERYONE, MANAGERS, ADMINISTRATORS albo lista adresów e-mail ([a@x.example]){ $given }.
yaml-no-email = „{ $given }” to nie adres e-mail, taki jak nazwa@example.org.
yaml-evidence = evidence to NONE, NOTE albo NOTE_WITH_FILE{ $given }.
yaml-nobody-to-notify = „{ $given }” to nikt, kogo można powiadomić: podaj ADMINISTRATORS, MANAGERS, PARTICIPANTS albo adres e-mail.
yaml-no-assignee = „{ $given }” to nikt, komu można przypisać zadanie: wpisz PERFORMER, OWNER albo adres e-mail.
yaml-hints-too-long = Wszystkie wskazówki procesu mogą mieć łącznie najwyżej 512 KiB, a tutaj ten limit jest przekroczony. Skróć niektóre.
yaml-former-taken = „{ $former }” to także nazwa { $kind ->
    [stage] innego etapu
   *[action] innego działania
}, w wierszu { $line }. Usuń to „was” albo zmień nazwy w dwóch krokach: najpierw zastosuj plik z jedną z tych dwóch nazw.
yaml-former-twice = Nazwę „{ $former }” zmienia już wiersz { $line }. Zostaw jedną z tych zmian.
yaml-removed-and-there = „{ $name }” to etap z tego pliku, w wierszu { $line }, więc nie jest usuwany. Usuń go tam albo tu.
yaml-no-such-stage = W tym pliku nie ma etapu „{ $name }”. Podaj etap, który zastąpi usunięty.
yaml-second-document = Tu zaczyna się kolejny dokument, a plik zawiera jeden proces. Zostaw tu jeden z nich, a pozostałe przenieś do osobnych plików.
yaml-key-twice = „{ $key }” jest już w wierszu { $line }. Zostaw jedno z nich.
yaml-merge-key = „<<” niczego tu nie przejmuje. Wypisz klucze, które miało zastąpić.
yaml-no-key = Przed tym dwukropkiem brakuje klucza.
yaml-key-no-word = Klucz to jedno słowo bez znacznika: nie lista, nie mapa i nie alias.
yaml-endless = To powtarza coś, czego samo jest częścią, bez końca. Wypisz to w całości.
yaml-alias-unknown = „*” powtarza to, co nazywa „&”, a wcześniej nic nie nazywa się „{ $name }”. Jeśli to tekst, weź go w cudzysłów.
yaml-too-much = Do tego miejsca jest w pliku więcej, niż ma jakikolwiek proces, po wypisaniu aliasów (*). Czy to właściwy plik?
yaml-tag-unknown = „!” zaczyna znacznik, a ten nic tu nie znaczy. Usuń go albo weź tekst w cudzysłów.
yaml-version = Proces jest czytany jako YAML 1.2. Wpisz %YAML 1.2 albo usuń ten wiersz.
yaml-percent = Wiersz, który zaczyna się od „%”, nic tu nie znaczy. Usuń go.
yaml-both = W procesie jest teraz i „{ $former }”, i „{ $name }”, więc jedno nie może stać się drugim. Jeśli { $kind ->
    [stage] ten etap
   *[action] to działanie
} to „{ $name }”, usuń „was”; jeśli to „{ $former }”, najpierw usuń „{ $name }” z procesu.
yaml-neither = W procesie nie ma teraz ani „{ $former }”, ani „{ $name }”. Popraw nazwę albo usuń „was”, aby dodać { $kind ->
    [stage] nowy etap
   *[action] nowe działanie
}.
yaml-stays = Etap „{ $name }” nie jest usuwany: wiersz { $line } zmienia jego nazwę na „{ $new }”. Usuń tę pozycję.
yaml-unclear = Nie jest jasne, czy to działanie „{ $name }”, które było na etapach: { $stages }. Napisz, skąd pochodzi: { $example }. Jeśli jest nowe, dodaj je, gdy pozostałe będą już przeniesione.
yaml-both-processes = Są teraz dwa procesy, „{ $former }” i „{ $name }”, więc jeden nie może stać się drugim. Usuń „was”, aby zmienić „{ $name }”, albo najpierw zarchiwizuj jeden z nich.
yaml-stranger = Nie ma użytkownika o adresie „{ $email }”. Sprawdź adres albo najpierw dodaj tę osobę.
# Gdzie plik nie jest plikiem YAML.
yaml-invalid = To nie jest prawidłowy YAML: { $reason }
yaml-tab-first = wcięcie wiersza robi się spacjami, a tu jest tabulator.
yaml-colon = dwukropek jest tu w złym miejscu. Klucz stoi pod poprzednim kluczem i ma po sobie jeden dwukropek; tekst z dwukropkiem bierze się w cudzysłów.
yaml-key = potrzebne jest tu „klucz: wartość”. Czy brakuje dwukropka albo wcięcie tego wiersza jest inne niż wcięcia powyżej?
yaml-indented = wcięcie tego wiersza jest inne niż wcięcia powyżej.
yaml-dash = „-” na początku pozycji listy stoi na początku wiersza, pod poprzednim, ze spacją po nim.
yaml-brackets = w nawiasach brakuje tu wcześniej przecinka albo nawiasu zamykającego.
yaml-unclosed = nawias jest otwarty i niezamknięty. Zamknij go albo weź tekst w cudzysłów.
yaml-unclosed-one = nawias „{ $open }” jest otwarty i niezamknięty. Zamknij go albo weź tekst w cudzysłów.
yaml-mismatched = „{ $close }” nie zamyka tego, co otworzył nawias „{ $open }”.
yaml-unopened = zamknięto tu nawias, który nie był otwarty.
yaml-character = tekst nie zaczyna się od „{ $character }”, chyba że jest w cudzysłowie.
yaml-tab = jest tu tabulator. Użyj spacji.
yaml-quote = cudzysłów jest tu otwarty i niezamknięty.
yaml-after-quote = po zamykającym cudzysłowie jest jeszcze tekst. Cudzysłów wewnątrz cudzysłowu pisze się dwa razy albo po ukośniku wstecznym (\").
yaml-escape = w podwójnym cudzysłowie ukośnik wsteczny zaczyna kod taki jak \n lub \u2013, a to nim nie jest. Sam ukośnik zapisz jako \\ albo użyj pojedynczego cudzysłowu.
yaml-tag = „!” zaczyna znacznik, a znaczniki nic tu nie znaczą. Jeśli to tekst, weź go w cudzysłów.
yaml-block = po „|” lub „>” wiersz się kończy, a tekst zaczyna się w następnym.
yaml-directive = wiersz, który zaczyna się od „%”, nic tu nie znaczy. Usuń go albo weź tekst w cudzysłów.
yaml-comment = komentarz zaczyna się spacją przed „#” i nie może stać wewnątrz tekstu.
yaml-limit = zagnieżdżeń jest tu więcej, niż ma jakikolwiek proces.
yaml-anchor = „&” i „*” zaczynają nazwę. Jeśli to tekst, weź go w cudzysłów.
yaml-space = brakuje tu spacji.
yaml-document-end = po „...” w tym samym wierszu nie ma już nic.
yaml-byte-order = jest tu niewidoczny znak (znacznik kolejności bajtów). Usuń go.
yaml-unknown = coś jest tu nie na miejscu. Sprawdź cudzysłowy, dwukropki i wcięcia w tym i poprzednim wierszu.
