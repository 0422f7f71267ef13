// The tabs a first visit opens with. Each one is an operation to run as it is.
const viewer = `# Who am I, and what is new? Press the play button
# to run it, or Ctrl+Enter (Cmd+Enter on a Mac).
query Viewer {
  viewer {
    member {
      id
      name
      email
      role
    }
    unreadCount
    notifications(first: 5) {
      nodes {
        summary
        createdAt
      }
    }
  }
}
`;

const process = `# A process: its stages and their actions in order.
# The book on the left lists all you can ask for.
query Process($id: ID!) {
  process(id: $id) {
    name
    version
    stages {
      name
      actions {
        id
        name
        weight
        mandatory
        evidence
      }
    }
  }
}
`;

const board = `# Its board: each stage with its deals, and what
# they are worth.
query Board($id: ID!) {
  process(id: $id) {
    name
    stages {
      name
      deals(first: 5) {
        totals {
          count
          values {
            amount
            currency
          }
        }
        nodes {
          id
          title
          progress {
            percent
          }
          owner {
            name
          }
        }
      }
    }
  }
}
`;

const live = `# Watch that board: what happens to its deals comes
# here, the newest first. The tab “CompleteAction”
# makes something happen; the stop button ends it.
subscription Live($processId: ID!) {
  processProgress(processId: $processId) {
    caughtUp
    change {
      __typename
      ... on DealChanged {
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
      ... on DealAppeared {
        deal {
          title
        }
      }
      ... on ProcessRecalculated {
        dealCount
      }
    }
  }
}
`;

const deal = `# A deal: how far along it is, what is left to do,
# and why something cannot be done.
query Deal($id: ID!) {
  deal(id: $id) {
    id
    title
    status
    value {
      amount
      currency
    }
    owner {
      name
    }
    stage {
      name
    }
    progress {
      percent
    }
    checklist {
      state
      needs
      action {
        id
        name
      }
      blockers {
        message
      }
    }
    permissions {
      win {
        allowed
        blockers {
          message
        }
      }
    }
    events(last: 5) {
      nodes {
        occurredAt
        summary
      }
    }
  }
}
`;

const completeAction = `# Do the next action of that deal. Pressed again, it
# says “alreadyDone” and changes nothing.
mutation CompleteAction($input: CompleteActionInput!) {
  completeAction(input: $input) {
    alreadyDone
    deal {
      title
      progress {
        percent
      }
      stage {
        name
      }
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const createProcess = `# There is no process yet. Run this to begin with a
# template, then press “New examples” at the top.
mutation CreateProcess {
  createProcess(input: { template: "livespace/en", name: "Sales" }) {
    process {
      id
      name
      stages {
        name
      }
    }
    userErrors {
      code
      message
    }
  }
}
`;

const createDeal = `# There is no open deal yet. Run this, then press
# “New examples” at the top.
mutation CreateDeal($input: CreateDealInput!) {
  createDeal(input: $input) {
    deal {
      id
      title
    }
    userErrors {
      code
      message
    }
  }
}
`;

function tab(query, variables) {
  return { query, variables: variables && `${JSON.stringify(variables, null, 2)}\n` };
}

export function dealTab(id) {
  return tab(deal, { id });
}

function doing({ dealId, actionId, needsNote }) {
  const note = needsNote ? { note: { body: "They want to start in May." } } : {};
  return tab(completeAction, { input: { dealId, actionId, ...note } });
}

// What the member can see decides which examples there are.
export function examples(begin) {
  const { processId, dealId, actionId } = begin;
  if (!processId) return [tab(viewer), tab(createProcess)];
  const ofProcess = [tab(viewer), tab(process, { id: processId }), tab(board, { id: processId })];
  if (!dealId) return [...ofProcess, tab(createDeal, { input: { processId, title: "A first deal" } })];
  const ofDeal = [dealTab(dealId), ...(actionId ? [doing(begin)] : [])];
  return [...ofProcess, ...ofDeal, tab(live, { processId })];
}
