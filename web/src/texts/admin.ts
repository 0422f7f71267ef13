// The words of administration.
import { texts } from "../language";
import { en } from "./en/admin";
import { pl } from "./pl/admin";

export const admin = texts({ en, pl });
