// Announces a file. Its bytes go to the URL that comes back.
import { graphql } from "./graphql.js";

graphql`
  mutation FileMutationsCreateFileUploadMutation($input: CreateFileUploadInput!) {
    createFileUpload(input: $input) {
      file { ...FileScreen_file }
      upload { url method headers { name value } expiresAt }
      userErrors { code message path nodeId }
    }
  }
`;
