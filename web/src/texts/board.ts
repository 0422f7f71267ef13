// The words of boards.
import { texts } from "../language";
import { en } from "./en/board";
import { pl } from "./pl/board";

export const board = texts({ en, pl });
