// The board: a process's deals by stage, with sums.
import { graphql } from "./graphql.js";

graphql`
  fragment BoardScreen_process on Process {
    id
    name
    unstagedDeals(first: 50) {
      totalCount
      totals { count values { amount currency } weightedValues { amount currency } }
      nodes { id title status version progress { percent } stage { id } owner { id name } }
    }
    stages {
      id
      name
      deals(first: 50) {
        totalCount
        totals { count values { amount currency } weightedValues { amount currency } }
        nodes { id title status version progress { percent } stage { id } owner { id name } }
      }
    }
  }
`;

graphql`
  query BoardScreenQuery($id: ID!) {
    process(id: $id) { ...BoardScreen_process }
  }
`;

graphql`
  subscription BoardScreenProgressSubscription($processId: ID!, $after: FeedCursor) {
    processProgress(processId: $processId, after: $after) {
      cursor
      caughtUp
      change {
        __typename
        ... on DealChanged {
          event { ...DealScreen_event }
          deal { ...DealScreen_deal process { ...BoardScreen_process } }
        }
        ... on DealAppeared {
          event { ...DealScreen_event }
          deal { ...DealScreen_deal process { ...BoardScreen_process } }
        }
        ... on DealWithdrawn { dealId process { ...BoardScreen_process } }
        ... on ProcessRecalculated {
          dealCount
          version { id number changes { ...ProcessScreen_change } }
          process { ...ProcessScreen_process ...BoardScreen_process }
        }
      }
    }
  }
`;
