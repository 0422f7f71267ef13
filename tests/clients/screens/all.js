// Every screen: after this, graphql.js knows all documents.
import "./BoardScreen.js";
import "./DealMutations.js";
import "./DealScreen.js";
import "./FileMutations.js";
import "./FileScreen.js";
import "./InboxMutations.js";
import "./InboxScreen.js";
import "./MailMutations.js";
import "./MailScreen.js";
import "./MemberMutations.js";
import "./MemberScreen.js";
import "./ProcessMutations.js";
import "./ProcessScreen.js";
import "./ReasonMutations.js";
import "./ReasonsScreen.js";
import "./TaskMutations.js";
import "./TaskScreen.js";
