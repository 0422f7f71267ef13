// The tabs a first visit opens with. Each one is an operation to run as it is,
// except the subscription, which needs the id of a deal.
export const examples = [
  {
    query: `# Who am I? Press the play button to run it,
# or Ctrl+Enter (Cmd+Enter on a Mac).
query Viewer {
  viewer {
    member {
      id
      name
      email
      role
    }
  }
}
`,
  },
  {
    query: `# Every process with its stages and their actions.
query Processes {
  processes {
    nodes {
      id
      name
      version
      stages {
        id
        name
        actions {
          id
          name
          weight
          mandatory
        }
      }
    }
  }
}
`,
  },
  {
    query: `# The first ten deals and how far along they are.
query Deals {
  deals(first: 10) {
    totalCount
    nodes {
      id
      title
      status
      progress {
        percent
      }
      stage {
        name
      }
      owner {
        name
      }
    }
  }
}
`,
  },
  {
    query: `# Watch one deal live. Put the id of a deal
# into the variables below.
subscription Live($dealId: ID!) {
  dealProgress(dealId: $dealId) {
    cursor
    caughtUp
    event {
      summary
      occurredAt
    }
    deal {
      title
      progress {
        percent
      }
      stage {
        name
      }
    }
  }
}
`,
    variables: `{
  "dealId": ""
}
`,
  },
];
