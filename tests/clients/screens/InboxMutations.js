// Every mutation of the inbox. The viewer of each payload is what the screen shows.
import { graphql } from "./graphql.js";

graphql`
  mutation InboxMutationsMarkNotificationsReadMutation($input: MarkNotificationsReadInput!) {
    markNotificationsRead(input: $input) {
      notifications { ...InboxScreen_notification }
      viewer { ...InboxScreen_viewer }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation InboxMutationsUpdateMailPreferencesMutation($input: UpdateMailPreferencesInput!) {
    updateMailPreferences(input: $input) {
      viewer { ...InboxScreen_viewer }
      userErrors { code message path nodeId }
    }
  }
`;
