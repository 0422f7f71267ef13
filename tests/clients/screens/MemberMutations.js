// Every mutation of a member. Each payload brings what a member's page shows.
import { graphql } from "./graphql.js";

graphql`
  mutation MemberMutationsAddMemberMutation($input: AddMemberInput!) {
    addMember(input: $input) {
      member { ...MemberScreen_member }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation MemberMutationsUpdateMemberMutation($input: UpdateMemberInput!) {
    updateMember(input: $input) {
      member { ...MemberScreen_member }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation MemberMutationsDeactivateMemberMutation($input: DeactivateMemberInput!) {
    deactivateMember(input: $input) {
      member { ...MemberScreen_member }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation MemberMutationsReactivateMemberMutation($input: ReactivateMemberInput!) {
    reactivateMember(input: $input) {
      member { ...MemberScreen_member }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation MemberMutationsCreateTokenMutation($input: CreateTokenInput!) {
    createToken(input: $input) {
      token { id name expiresAt }
      secret
      member { ...MemberScreen_member }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation MemberMutationsRevokeTokenMutation($input: RevokeTokenInput!) {
    revokeToken(input: $input) {
      token { id revokedAt }
      member { ...MemberScreen_member }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation MemberMutationsTransferDealsMutation($input: TransferDealsInput!) {
    transferDeals(input: $input) {
      count
      fromMember { ...MemberScreen_member }
      toMember { ...MemberScreen_member }
      userErrors { code message path nodeId }
    }
  }
`;
