// The words of the page of a deal.
import { texts } from "../language";
import { en } from "./en/deal";
import { pl } from "./pl/deal";

export const deal = texts({ en, pl });
