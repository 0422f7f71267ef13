//! Who may do it instead is said in every language.

use super::*;
use crate::language::Language;

const PERMISSIONS: [Permission; 19] = [
    Permission::ConfigureProcess,
    Permission::ManageMembers,
    Permission::RenameMember,
    Permission::ManageTokens,
    Permission::TransferDeals,
    Permission::ConfigureCloseReasons,
    Permission::ManageMail,
    Permission::SeeAuditLog,
    Permission::SeeMetrics,
    Permission::ManageWebhooks,
    Permission::CreateDeal,
    Permission::ImportHistory,
    Permission::SeeDeal,
    Permission::ChangeDeal,
    Permission::DoActions,
    Permission::ReopenDeal,
    Permission::ChangeTasks,
    Permission::ChangeNote,
    Permission::DoTask,
];

#[test]
fn who_may_do_it_instead_is_said_in_every_language() {
    for who_may in PERMISSIONS.map(who_may).into_iter().chain([WHO_MAY_UNDO]) {
        let problem = Problem::Forbidden { who_may };
        let [english, polish] = Language::ALL.map(|language| problem.message(language));
        assert!(english.ends_with('.') && polish.ends_with('.') && english != polish, "{who_may}");
        assert_ne!(english, who_may);
    }
}
