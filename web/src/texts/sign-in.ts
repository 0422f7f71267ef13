// The words of the sign-in form: loaded with it, by whoever is not known yet.
import { texts } from "../language";

const en = {
  title: "Sign in",
  token: "Your token",
  hint: "It begins with wp_. You can paste the whole start-up link, too.",
  keep: "Keep me signed in on this device",
  keepHint: "Otherwise only until this tab is closed.",
  action: "Sign in",
  wrong:
    "This token is not valid. Look for a typing error and try again. If there is none, it has expired or was revoked: ask an administrator for a new one.",
  expired: "Your token is no longer valid. Sign in again.",
  help: "An administrator makes tokens under Administration, or with this command on the server:",
};

const pl = {
  title: "Zaloguj się",
  token: "Twój token",
  hint: "Zaczyna się od wp_. Możesz też wkleić cały link startowy.",
  keep: "Nie wylogowuj mnie na tym urządzeniu",
  keepHint: "W przeciwnym razie tylko do zamknięcia tej karty.",
  action: "Zaloguj się",
  wrong:
    "Ten token jest nieprawidłowy. Sprawdź, czy nie ma w nim literówki, i spróbuj ponownie. Jeśli się zgadza, to wygasł albo został unieważniony: poproś administratora o nowy.",
  expired: "Twój token stracił ważność. Zaloguj się ponownie.",
  help: "Tokeny tworzy administrator w sekcji Administracja albo tym poleceniem na serwerze:",
};

export const signInTexts = texts({ en, pl });
