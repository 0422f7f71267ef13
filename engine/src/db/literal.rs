//! Values that stand in a statement as they are.

use sea_orm::{ActiveEnum, ColumnTrait, ExprTrait, sea_query::Expr};

/// Rows in this state, which is written out: an index that is made for one state is used only where the statement itself
/// says which.
pub(crate) fn in_state(column: impl ColumnTrait, state: impl ActiveEnum<Value = String>) -> Expr {
    column.into_expr().eq(Expr::Constant(state.into_value().into()))
}
