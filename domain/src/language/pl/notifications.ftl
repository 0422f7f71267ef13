# O czym dowiadują się użytkownicy, na liście i e-mailem.
notification-action = { $actor }: wykonano działanie „{ $what }” w szansie „{ $deal }”.
notification-action-with-task = { $actor }: wykonano działanie „{ $what }” w szansie „{ $deal }”. Wynika z tego zadanie dla Ciebie.
notification-something = { $actor }: wykonano działanie w szansie „{ $deal }”.
notification-task = { $actor }: masz nowe zadanie w szansie „{ $deal }”: „{ $what }”.
notification-some-task = { $actor }: masz nowe zadanie w szansie „{ $deal }”.
notification-webhook-failed = Nie udało się powiadomić webhooka o zmianie w szansie „{ $deal }”: przyczynę znajdziesz wśród jego wysyłek.
mail-why = Otrzymujesz tę wiadomość, bo Twój zespół powiadamia Cię o tym w Waypost. Jakie e-maile dostajesz, wybierzesz tam w swoich ustawieniach.
