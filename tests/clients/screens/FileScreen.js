// A file's page. Where its bytes are is asked for when they are wanted: such a URL is no state to keep.
import { graphql } from "./graphql.js";

graphql`
  fragment FileScreen_file on File {
    id
    name
    contentType
    size
    state
    checksum
    createdAt
    uploader { id name }
    note { id body }
  }
`;

graphql`
  query FileScreenQuery($id: ID!) {
    node(id: $id) { ...FileScreen_file }
  }
`;
