// What the first tabs are about: the member, a process, and an open deal with something left to do. It is
// asked once after signing in, so that every example runs as it is, on any database.
const BEGIN = `query ExplorerBegin {
  viewer { member { name } }
  processes(first: 1) { nodes { id } }
  deals(first: 20, filter: { statuses: [OPEN] }) {
    nodes { id process { id } checklist { state needs action { id } } }
  }
}`;

export async function begin(client) {
  const { data } = await client.query({ query: BEGIN });
  const deals = data?.deals?.nodes ?? [];
  const { deal, item } = somethingToDo(deals) ?? { deal: deals[0] };
  return {
    name: data?.viewer?.member?.name,
    processId: deal?.process?.id ?? data?.processes?.nodes[0]?.id,
    dealId: deal?.id,
    actionId: item?.action?.id,
    needsNote: item?.needs === "NOTE",
  };
}

// A file has to be sent first, which is more than one press.
function somethingToDo(deals) {
  const isPossible = ({ state, needs }) => state === "OPEN" && needs !== "NOTE_WITH_FILE";
  const all = deals.map((deal) => ({ deal, item: deal.checklist?.find(isPossible) }));
  return all.find(({ item }) => item);
}
