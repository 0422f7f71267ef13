//! Files of processes: what is wrong in them is told in the language of whoever sends them.

use serde_json::{Value, json};

use super::{ask, choose};
use crate::support::{Client, builders::text, each};

const IMPORT: &str = "mutation($input: ImportProcessInput!) { importProcess(input: $input) {
    userErrors { code message ... on FileError { line column } } } }";

/// What is wrong with a file, for whoever asks for these languages: `line:column message`.
async fn flaws(who: &Client, languages: &str, file: &str) -> Vec<String> {
    let answer = ask(who, languages, IMPORT, json!({ "input": { "file": file } })).await;
    let errors = answer["data"]["importProcess"]["userErrors"].as_array();
    let told = |error: &Value| {
        assert_eq!(error["code"], "INVALID_FILE", "{error}");
        format!("{}:{} {}", error["line"], error["column"], text(&error["message"]))
    };
    errors.unwrap_or_else(|| panic!("{answer:#}")).iter().map(told).collect()
}

const WRONG: &str = "process: P
stages:
- stage: Offer
  actions:
  - action: Call
    wieght: 5
    mandatory: maybe
    performers: [a\u{202e}@x.example]
    followUps: [{title: Write, assignee: Ann, dueInDays: 1e2}]
- stage: offer
  hint: ~
";

#[tokio::test]
async fn what_is_wrong_in_a_file_is_told_in_the_language_of_the_reader() {
    each(|app| async move {
        let ada = app.admin().await;
        let before = app.fingerprint().await;
        let english = [
            "6:5 “wieght” is no key of an action. Did you mean “weight”?",
            "7:16 mandatory is true or false, not “maybe”.",
            "9:42 “Ann” is no assignee: write PERFORMER, OWNER or an e-mail address.",
            "9:58 dueInDays is a whole number from 0 to 3650, not 1e2. Write it in plain digits.",
            "10:10 “offer” is there already in line 3 (upper and lower case count as the same, and so does whatever looks the same). Choose another name.",
            "11:3 “hint:” has no value: YAML reads ~ as nothing. Remove the line, or put the text in quotes.",
            "8:18 There is no member with the address “a<U+202E>@x.example”. Check it, or add them first.",
        ];
        let polish = [
            "6:5 „wieght” nie jest kluczem działania. Czy chodzi o „weight”?",
            "7:16 mandatory to true albo false, a nie „maybe”.",
            "9:42 „Ann” to nikt, komu można przypisać zadanie: wpisz PERFORMER, OWNER albo adres e-mail.",
            "9:58 dueInDays to liczba całkowita od 0 do 3650, a nie 1e2. Zapisz ją zwykłymi cyframi.",
            "10:10 Nazwa „offer” jest już w wierszu 3 (wielkość liter nie ma znaczenia, podobnie jak inne różnice, których nie widać). Wybierz inną nazwę.",
            "11:3 Klucz „hint:” nie ma wartości: ~ znaczy w YAML tyle co nic. Usuń ten wiersz albo weź tekst w cudzysłów.",
            "8:18 Nie ma użytkownika o adresie „a<U+202E>@x.example”. Sprawdź adres albo najpierw dodaj tę osobę.",
        ];
        assert_eq!(flaws(&ada, "en", WRONG).await, english);
        assert_eq!(flaws(&ada, "pl", WRONG).await, polish);
        assert_eq!(app.fingerprint().await, before);
        choose(&ada, json!("POLISH")).await;
        assert_eq!(flaws(&ada, "en", WRONG).await, polish);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_yaml_and_what_is_not_clear_is_told_in_the_language_of_the_reader() {
    each(|app| async move {
        let ada = app.admin().await;
        ada.process("Sales", &[("Offer", &[("Call", 5)]), ("Contract", &[("Sign", 5)])]).await;
        for (file, expected) in [
            ("process: [P", "1:10 To nie jest prawidłowy YAML: nawias „[” jest otwarty i niezamknięty. Zamknij go albo weź tekst w cudzysłów."),
            ("process: P\n\tstages: []", "2:1 To nie jest prawidłowy YAML: wcięcie wiersza robi się spacjami, a tu jest tabulator."),
            ("- a", "1:1 Tu potrzebny jest proces: mapa z kluczami process, was, description, stages, removedStages."),
            ("process: Sales\nstages: [{stage: Contract, was: Offer}]", "2:33 W procesie jest teraz i „Offer”, i „Contract”, więc jedno nie może stać się drugim. Jeśli ten etap to „Contract”, usuń „was”; jeśli to „Offer”, najpierw usuń „Contract” z procesu."),
            ("process: Sales\nstages: [{stage: End, was: Begin}]", "2:28 W procesie nie ma teraz ani „Begin”, ani „End”. Popraw nazwę albo usuń „was”, aby dodać nowy etap."),
            ("process: Sales\nstages: [{stage: Deal, was: Offer}, {stage: Contract}]\nremovedStages: [{stage: Offer, moveDealsTo: Contract}]", "3:25 Etap „Offer” nie jest usuwany: wiersz 2 zmienia jego nazwę na „Deal”. Usuń tę pozycję."),
        ] {
            assert_eq!(flaws(&ada, "pl", file).await, [expected], "{file}");
            let english = flaws(&ada, "en", file).await;
            assert_eq!(english.len(), 1);
            assert_ne!(english, [expected]);
        }
        let lines: String = (0..103).map(|_| "- stage: Offer\n").collect();
        let all = flaws(&ada, "pl", &format!("process: P\nstages:\n{lines}")).await;
        assert!(all[100].ends_with("Dalej są jeszcze 3 problemy."), "{:?}", all.last());
    })
    .await;
}
