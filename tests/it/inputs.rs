//! Inputs that are wrong: what each message says, everything wrong at once, values and variables, and hostile ones.

mod all_at_once;
mod arguments;
mod hostile;
mod messages;
