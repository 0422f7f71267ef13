// The words that every screen has.
import { texts } from "../language";
import { en } from "./en/common";
import { pl } from "./pl/common";

export const common = texts({ en, pl });
