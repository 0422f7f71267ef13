import { Environment, Network, Observable, RecordSource, Store } from "relay-runtime";

export function openRelay(url, token, socket) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  const fetchQuery = async ({ text: query }, variables) => {
    const body = JSON.stringify({ query, variables });
    return (await fetch(url, { method: "POST", headers, body })).json();
  };
  const subscribe = ({ text: query }, variables) =>
    Observable.create((sink) => socket.subscribe({ query, variables }, sink));
  return new Environment({
    network: Network.create(fetchQuery, subscribe),
    store: new Store(new RecordSource()),
  });
}
