// The viewer's inbox: what they were told of, how much of it is unread, and what comes by mail.
import { graphql } from "./graphql.js";

graphql`
  fragment InboxScreen_notification on Notification {
    id
    kind
    summary
    createdAt
    readAt
    actor { id name }
    deal { id title }
    completion { id doneAt undoneAt }
    task { id title dueOn state ...TaskScreen_task }
  }
`;

graphql`
  fragment InboxScreen_viewer on Viewer {
    unreadCount
    member { id name }
    notifications(first: 20) {
      totalCount
      unreadCount
      nodes {
        id
        kind
        summary
        createdAt
        readAt
        actor { id name }
        deal { id title }
        completion { id doneAt undoneAt }
        task { id title dueOn state ...TaskScreen_task }
      }
    }
    mailPreferences { muted isConfigured }
  }
`;

graphql`
  query InboxScreenQuery {
    viewer { ...InboxScreen_viewer }
  }
`;

graphql`
  subscription InboxScreenChangedSubscription($after: FeedCursor) {
    inboxChanged(after: $after) {
      cursor
      caughtUp
      viewer { ...InboxScreen_viewer }
      notifications {
        ...InboxScreen_notification
        event { ...DealScreen_event }
      }
    }
  }
`;
