// A mail's page, for administrators.
import { graphql } from "./graphql.js";

graphql`
  fragment MailScreen_mail on Mail {
    id
    kind
    state
    lastError
    createdAt
    finishedAt
    member { id name }
    deal { id title }
  }
`;

graphql`
  query MailScreenQuery($id: ID!) {
    node(id: $id) { ...MailScreen_mail }
  }
`;
