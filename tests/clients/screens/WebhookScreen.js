// A webhook's page and that of a delivery, for administrators.
import { graphql } from "./graphql.js";

graphql`
  fragment WebhookScreen_webhook on Webhook {
    id
    name
    url
    state
    events
    document
    createdAt
    stoppedAt
    oldSecretUntil
    member { id name }
    manage { allowed blockers { code message nodeId } }
  }
`;

graphql`
  fragment WebhookScreen_delivery on WebhookDelivery {
    id
    state
    attempts
    lastError
    createdAt
    finishedAt
    nextAttemptAt
    deal { id title }
  }
`;

graphql`
  query WebhookScreenQuery($id: ID!) {
    node(id: $id) { ...WebhookScreen_webhook }
  }
`;

graphql`
  query WebhookScreenDeliveryQuery($id: ID!) {
    node(id: $id) { ...WebhookScreen_delivery }
  }
`;
