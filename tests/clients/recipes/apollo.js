import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";

export function openApollo(url, token, socket, possibleTypes) {
  const http = new HttpLink({ uri: url, headers: { Authorization: `Bearer ${token}` } });
  const isSubscription = ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION;
  // Two screens may select different fields of the progress, a value without an id; and there is one viewer.
  const typePolicies = { Progress: { merge: true }, Viewer: { keyFields: [] } };
  return new ApolloClient({
    link: ApolloLink.split(isSubscription, new GraphQLWsLink(socket), http),
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
  });
}
