// Why deals are closed: the lists that administrators keep.
import { graphql } from "./graphql.js";

graphql`
  fragment ReasonsScreen_reason on CloseReason {
    id
    status
    name
    createdAt
    archivedAt
    configure { allowed blockers { code message nodeId } }
  }
`;

graphql`
  fragment ReasonsScreen_error on UserError {
    code
    ... on CloseReasonRequired { reasons { ...ReasonsScreen_reason } }
  }
`;

graphql`
  fragment ReasonsScreen_query on Query {
    won: closeReasons(status: WON) {
      id
      status
      name
      createdAt
      archivedAt
      configure { allowed blockers { code message nodeId } }
    }
    lost: closeReasons(status: LOST) {
      id
      status
      name
      createdAt
      archivedAt
      configure { allowed blockers { code message nodeId } }
    }
    outdated: closeReasons(status: OUTDATED) {
      id
      status
      name
      createdAt
      archivedAt
      configure { allowed blockers { code message nodeId } }
    }
  }
`;

graphql`
  query ReasonsScreenQuery {
    ...ReasonsScreen_query
  }
`;

graphql`
  query ReasonsScreenListQuery($status: ClosingStatus!) {
    closeReasons(status: $status) { ...ReasonsScreen_reason }
  }
`;
