//! Values that stand in a statement as they are.

use sea_orm::{ActiveEnum, ColumnTrait, ExprTrait, sea_query::Expr};

/// Rows in this state, which is written out: an index that is made for one state is used only where the statement itself
/// says which.
pub(crate) fn in_state(column: impl ColumnTrait, state: impl ActiveEnum<Value = String>) -> Expr {
    column.into_expr().eq(Expr::Constant(state.into_value().into()))
}

#[cfg(test)]
mod tests {
    use entity::mail::{self, State};
    use sea_orm::{DbBackend, EntityTrait, QueryFilter, QueryTrait};

    use super::*;

    #[test]
    fn a_state_stands_in_the_statement_and_not_beside_it() {
        let query = mail::Entity::find().filter(in_state(mail::Column::State, State::Dead));
        for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
            let statement = query.build(backend);
            assert!(
                statement.sql.ends_with(r#"WHERE "mail"."state" = 'DEAD'"#),
                "{}",
                statement.sql
            );
            assert!(statement.values.is_none_or(|values| values.0.is_empty()));
        }
    }
}
