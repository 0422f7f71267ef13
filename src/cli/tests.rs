//! What the command line takes, and what it says of what it does not take.

use super::*;

fn parse(words: &[&str], variables: &[(&str, &str)]) -> Result<Cli, String> {
    let args: Vec<_> = ["waypost"].iter().chain(words).map(OsString::from).collect();
    let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
    let environment = |name: &str| find(name).map(|(_, value)| OsString::from(value));
    let matches = line::read(&line::complete(Cli::command()), &args, &environment);
    matches
        .map_err(|stop| match stop {
            Stop::Clap(error) => error.to_string(),
            Stop::Wrong(lines, _) => lines.join("\n"),
        })
        .map(|matches| Cli::from_arg_matches(&matches).unwrap())
}

fn serve(words: &[&str], variables: &[(&str, &str)]) -> ServeArgs {
    match parse(words, variables).unwrap() {
        Cli { command: Some(Command::Serve(args)), .. } => *args,
        cli => cli.serve,
    }
}

#[test]
fn the_command_line_is_well_formed() {
    line::complete(Cli::command()).debug_assert();
}

#[test]
fn serve_is_the_default_and_takes_the_same_flags() {
    assert_eq!(serve(&["--listen", "[::1]:1"], &[]).listen.listen, "[::1]:1");
    assert_eq!(serve(&["serve", "--listen", "[::1]:1"], &[]).listen.listen, "[::1]:1");
}

#[test]
fn a_flag_in_front_of_a_command_is_not_silently_ignored() {
    for command in [&["schema"][..], &["serve"], &["token", "list"], &["demo"]] {
        let told = parse(&[&["--listen", "[::1]:1"], command].concat(), &[]).unwrap_err();
        assert!(told.contains("--listen is not for every command"), "{told}");
    }
}

#[test]
fn flags_of_every_command_stand_before_or_after_it() {
    let database = ["--database", "sqlite://a.db", "--log", "debug"];
    for command in [&["serve"][..], &[]] {
        for words in [[&database, command].concat(), [command, &database].concat()] {
            let args = serve(&words, &[("WAYPOST_DATABASE", "sqlite://b.db")]);
            assert_eq!(args.database.database, "sqlite://a.db", "{words:?}");
            assert_eq!(args.log.log.as_deref(), Some("debug"), "{words:?}");
        }
    }
    for words in [
        ["--database", "sqlite://a.db", "token", "list"],
        ["token", "--database", "sqlite://a.db", "list"],
        ["token", "list", "--database", "sqlite://a.db"],
    ] {
        let told = format!("{:?}", parse(&words, &[]).unwrap().command);
        assert!(told.contains("sqlite://a.db"), "{words:?}: {told}");
    }
}

#[test]
fn commands_without_a_database_take_none() {
    for command in [&["demo"][..], &["schema"], &["process", "json-schema"]] {
        for words in [
            [&["--database=sqlite://a.db"], command].concat(),
            [command, &["--database=sqlite://a.db"]].concat(),
        ] {
            assert!(parse(&words, &[]).unwrap_err().contains("has no --database"), "{words:?}");
        }
        assert!(parse(command, &[("WAYPOST_DATABASE", "sqlite://a.db")]).is_ok());
    }
}

#[test]
fn every_variable_and_every_flag_is_read_by_one_rule() {
    let command = line::complete(Cli::command());
    let (mut names, mut commands) = (Vec::new(), vec![command]);
    while let Some(command) = commands.pop() {
        let variables = command.get_arguments().filter_map(|arg| arg.get_env()?.to_str());
        names.extend(variables.map(str::to_owned));
        commands.extend(command.get_subcommands().cloned());
    }
    names.sort();
    names.dedup();
    assert!(names.len() > 50, "{names:?}");
    let usual = format!("{:?}", serve(&[], &[]));
    for name in &names {
        assert!(name.starts_with("WAYPOST_") && !name.ends_with("_FILE"), "{name}");
        for empty in ["", " ", "\"\"", "\u{feff}\r\n"] {
            let told = format!("{:?}", serve(&[], &[(name, empty)]));
            assert_eq!(told, usual, "{name}={empty:?}");
        }
    }
}

#[test]
fn what_is_around_a_value_is_no_part_of_it() {
    let variables = [
        ("WAYPOST_LISTEN", "\"127.0.0.1:1\"\r\n"),
        ("WAYPOST_MAX_DEPTH", " 7 "),
        ("WAYPOST_INTROSPECTION", "'no'"),
        ("WAYPOST_ALLOW_ORIGIN", "\"https://a, https://b,\""),
    ];
    let words =
        ["--admin-name", " 'Ada' ", "--admin-email=", "--max-tokens= 9\n", "--mail-from", ""];
    let args = serve(&words, &variables);
    assert_eq!((args.listen.listen.as_str(), args.admin_name.as_str()), ("127.0.0.1:1", "Ada"));
    assert_eq!(args.admin_email, "admin@example.org");
    assert_eq!(args.mail.mail_from, None);
    let documents = &args.edge.documents;
    assert_eq!((documents.max_depth, documents.max_tokens), (7, 9));
    assert!(!documents.introspection);
    assert_eq!(args.edge.requests.allow_origin, ["https://a", "https://b"]);
}

#[test]
fn a_file_can_hold_any_value_and_what_is_wrong_with_it_is_said_to_whom_it_concerns() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("value");
    std::fs::write(&file, "ann@example.org\n").unwrap();
    let file = file.display().to_string();
    let args = serve(&[], &[("WAYPOST_ADMIN_EMAIL_FILE", &file)]);
    assert_eq!(args.admin_email, "ann@example.org");
    let member = [("WAYPOST_TOKEN_MEMBER_FILE", file.as_str()), ("WAYPOST_TOKEN_NAME", "x")];
    assert!(parse(&["token", "create"], &member).is_ok());
    let both = [("WAYPOST_TOKEN_MEMBER", "a@b.c"), member[0], member[1]];
    let told = parse(&["token", "create"], &both).unwrap_err();
    assert_eq!(
        told,
        "WAYPOST_TOKEN_MEMBER and WAYPOST_TOKEN_MEMBER_FILE are both set. Unset one of them."
    );
    assert!(parse(&["token", "create", "--member", "a@b.c"], &both).is_ok(), "the flag wins");
    assert!(parse(&["migrate"], &both).is_ok(), "of no interest there");
    let missing = [("WAYPOST_DATABASE_FILE", "/nowhere/secret")];
    for words in [&["serve"][..], &[], &["migrate"], &["process", "list"]] {
        let told = parse(words, &missing).unwrap_err();
        assert_eq!(told.matches("/nowhere/secret").count(), 1, "{told}");
    }
    assert!(parse(&["schema"], &missing).is_ok());
}

#[test]
fn help_names_the_variables() {
    for words in [&["serve", "--help"][..], &["token", "create", "--help"], &["help", "migrate"]] {
        assert!(parse(words, &[]).unwrap_err().contains("WAYPOST_DATABASE"), "{words:?}");
    }
    assert!(!parse(&["demo", "--help"], &[]).unwrap_err().contains("--database"));
}
