// Every mutation of the close reasons. Each payload brings the list as it now is; it belongs to no object,
// so clients put it in its place.
import { graphql } from "./graphql.js";

graphql`
  mutation ReasonMutationsAddCloseReasonMutation($input: AddCloseReasonInput!) {
    addCloseReason(input: $input) {
      closeReason { ...ReasonsScreen_reason }
      closeReasons { ...ReasonsScreen_reason }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ReasonMutationsUpdateCloseReasonMutation($input: UpdateCloseReasonInput!) {
    updateCloseReason(input: $input) {
      closeReason { ...ReasonsScreen_reason }
      closeReasons { ...ReasonsScreen_reason }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ReasonMutationsMoveCloseReasonMutation($input: MoveCloseReasonInput!) {
    moveCloseReason(input: $input) {
      closeReason { ...ReasonsScreen_reason }
      closeReasons { ...ReasonsScreen_reason }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ReasonMutationsArchiveCloseReasonMutation($input: ArchiveCloseReasonInput!) {
    archiveCloseReason(input: $input) {
      closeReason { ...ReasonsScreen_reason }
      closeReasons { ...ReasonsScreen_reason }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ReasonMutationsRestoreCloseReasonMutation($input: RestoreCloseReasonInput!) {
    restoreCloseReason(input: $input) {
      closeReason { ...ReasonsScreen_reason }
      closeReasons { ...ReasonsScreen_reason }
      userErrors { code message path nodeId }
    }
  }
`;
