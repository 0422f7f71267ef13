// A member's page: what they may do, their tokens, every button.
import { graphql } from "./graphql.js";

graphql`
  fragment MemberScreen_member on Member {
    id
    name
    email
    role
    isActive
    createdAt
    deactivatedAt
    openDealCount
    tokens {
      id
      name
      createdAt
      expiresAt
      revokedAt
      revoke { allowed blockers { code message nodeId } }
    }
    permissions {
      rename { allowed blockers { code message nodeId } }
      changeEmail { allowed blockers { code message nodeId } }
      changeRole { allowed blockers { code message nodeId } }
      deactivate { allowed blockers { code message nodeId } }
      reactivate { allowed blockers { code message nodeId } }
      createToken { allowed blockers { code message nodeId } }
      transferDeals { allowed blockers { code message nodeId } }
    }
  }
`;

graphql`
  query MemberScreenQuery($id: ID!) {
    node(id: $id) { ...MemberScreen_member }
  }
`;
