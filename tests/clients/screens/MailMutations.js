// Sends what could not be delivered once more.
import { graphql } from "./graphql.js";

graphql`
  mutation MailMutationsRetryMailMutation($input: RetryMailInput!) {
    retryMail(input: $input) {
      mails { ...MailScreen_mail }
      userErrors { code message path nodeId }
    }
  }
`;
