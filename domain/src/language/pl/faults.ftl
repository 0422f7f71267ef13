# Dlaczego całe zapytanie, albo jego pole, zostało bez odpowiedzi.
fault-sign-in = Wyślij ważny token jako `Authorization: Bearer wp_…`: brakuje go, jest nieznany, wygasł albo został unieważniony. Administrator tworzy token poleceniem `waypost token create`.
fault-busy = Baza danych jest zajęta, na przykład importem. Spróbuj ponownie za chwilę.
fault-unavailable = Serwer nie może teraz tego zrobić: nie pozwala na to jego baza danych albo dysk. To minie: spróbuj ponownie za chwilę.
fault-unsure = Połączenie z bazą danych zostało przerwane podczas zapisu i nie wiadomo, czy się udał. Sprawdź albo wyślij to jeszcze raz z tym samym newId: wtedy wykona się raz.
fault-bad-cursor = Ten kursor nie należy do tej listy w tej kolejności. Zacznij od nowa bez niego.
fault-cursor-invalid = Ten kursor nie należy do tego dziennika zdarzeń: bazę danych odtworzono z kopii, kursor dotyczy czegoś innego lub starszej wersji serwera albo widzisz teraz mniej niż wtedy, gdy go otrzymano. Zapytaj ponownie i subskrybuj od feedCursor z odpowiedzi.
fault-internal = Coś poszło nie tak po naszej stronie. Podaj administratorowi ten numer: { $number }
fault-timeout = Trwało to dłużej niż { $seconds } s i zostało przerwane. Pytaj o mniej naraz; to, co zaczęła mutacja, mogło się wykonać.
fault-too-large = Odpowiedź byłaby większa niż { $limit } MiB. Pytaj o mniej naraz: mniejsze strony albo mniej długich tekstów. Zmiany wprowadzone przez mutację pozostają.
fault-done = Zmiany zostały zapisane, nie udało się tylko odczytać odpowiedzi: nie wysyłaj tego ponownie, tylko sprawdź stan zapytaniem.
fault-not-done = Nic nie zostało zmienione.
fault-here = Coś tu poszło nie tak. Spróbuj ponownie; więcej jest w dzienniku serwera.
fault-stopping = Ten serwer jest właśnie zatrzymywany. Nic nie zostało rozpoczęte; spróbuj ponownie za chwilę.
fault-too-many-streams = Masz już otwartych tyle połączeń na żywo, ile może mieć użytkownik: najpierw zamknij któreś.
fault-rate-limited = Zbyt wiele zapytań. Zaczekaj { $seconds } { $seconds ->
    [one] sekundę
    [few] sekundy
   *[other] sekund
} i pytaj rzadziej.
