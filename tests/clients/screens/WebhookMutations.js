// Every mutation of webhooks.
import { graphql } from "./graphql.js";

graphql`
  mutation WebhookMutationsCreateWebhookMutation($input: CreateWebhookInput!) {
    createWebhook(input: $input) {
      webhook { ...WebhookScreen_webhook }
      secret
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation WebhookMutationsUpdateWebhookMutation($input: UpdateWebhookInput!) {
    updateWebhook(input: $input) {
      webhook { ...WebhookScreen_webhook }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation WebhookMutationsDeleteWebhookMutation($input: DeleteWebhookInput!) {
    deleteWebhook(input: $input) {
      webhooks { ...WebhookScreen_webhook }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation WebhookMutationsRotateWebhookSecretMutation($input: RotateWebhookSecretInput!) {
    rotateWebhookSecret(input: $input) {
      webhook { ...WebhookScreen_webhook }
      secret
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation WebhookMutationsTestWebhookMutation($input: TestWebhookInput!) {
    testWebhook(input: $input) {
      trial { request taken status answer error }
      webhook { ...WebhookScreen_webhook }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation WebhookMutationsRedeliverWebhookMutation($input: RedeliverWebhookInput!) {
    redeliverWebhook(input: $input) {
      delivery { ...WebhookScreen_delivery }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation WebhookMutationsReplayWebhookMutation($input: ReplayWebhookInput!) {
    replayWebhook(input: $input) {
      webhook { ...WebhookScreen_webhook }
      userErrors { code message path nodeId }
    }
  }
`;
