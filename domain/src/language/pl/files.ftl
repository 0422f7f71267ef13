# Dlaczego zawartość pliku nie jest przyjmowana albo wydawana.
unfit-forged = Ten adres jest niepełny, został zmieniony albo jego token już nie działa. Pobierz z API nowy adres.
unfit-expired = Ten adres wygasł. Pobierz z API nowy adres.
unfit-not-found = Nie ma takiego pliku albo nie masz do niego dostępu.
unfit-not-ready = Ten plik nie został jeszcze wysłany.
unfit-running = Ten plik jest właśnie wysyłany. Zaczekaj, aż to się skończy.
unfit-different = Ten plik został już wysłany, z inną zawartością. Zgłoś dla niej nowy plik.
unfit-interrupted = Plik nie dotarł w całości. Wyślij go ponownie.
unfit-size = Zgłoszony rozmiar pliku to { $announced }, a przesłano { $came }. Zgłoś plik z rozmiarem, który ma naprawdę.
unfit-size-more = więcej
unfit-checksum = To nie jest zgłoszony plik: ma inną sumę SHA-256. Wyślij go ponownie albo zgłoś na nowo.
unfit-type = Plik zgłoszono jako { $announced }, a jego zawartość to { $found ->
    [something-unknown] coś nieznanego
   *[other] { $found }
}. Zgłoś go jako to, czym jest; pliki innych rodzajów można przesłać w archiwum ZIP.
unfit-full = Na serwerze nie ma już miejsca na pliki. Powiadom administratora serwera; nic nie zostało zapisane.
unfit-unsure = Baza danych nie potwierdziła zapisu. Wyślij tę samą zawartość jeszcze raz: zostanie zachowana raz.
