//! `waypost demo`
use super::Outcome;
use crate::config::DemoArgs;
/// stub
pub async fn run(_args: &DemoArgs) -> Outcome {
    Ok(())
}
