import { createServer } from "node:http";

import { Webhook } from "standardwebhooks";

/** Takes what comes, and says so once `keep` has it: an id that it has already changes nothing. */
export function openReceiver(secret, keep) {
  const webhook = new Webhook(secret); // whsec_…
  return createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status) => response.writeHead(status).end();
    let event;
    try {
      event = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
    } catch {
      return answer(401);
    }
    try {
      await keep(request.headers["webhook-id"], event);
      return answer(204);
    } catch {
      return answer(503); // it comes again
    }
  });
}
