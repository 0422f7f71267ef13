// What both clients send through: requests are counted, and a test may change what arrives.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

export class Network {
  /** How many requests went out, subscriptions apart. */
  requests = 0;
  /** Changes an answer before the client sees it. */
  tamper = (answer) => answer;

  constructor(server) {
    this.server = server;
    this.socket = createClient({
      url: server.socket,
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${server.token}` },
      retryAttempts: 0,
    });
  }

  fetch = async (url, init) => {
    this.requests += 1;
    const headers = { ...init.headers, Authorization: `Bearer ${this.server.token}` };
    const response = await fetch(url, { ...init, headers });
    return Response.json(this.tamper(await response.json()), { status: response.status });
  };

  close() {
    return this.socket.dispose();
  }
}
