import { type Sequelize, type Transaction, UniqueConstraintError } from "sequelize";
import { CodedError } from "../../../errors/index.ts";
import type { Outbox } from "../../../mixins/outbox/outbox.ts";
import type { User } from "../user.ts";
import { findUser } from "./find.ts";

export type UserEvent = "user.created" | "user.updated" | "user.deactivated" | "user.password_changed";

export interface Store {
  readonly sequelize: Sequelize;
  readonly outbox: Outbox;
}

/** The call that asks for a change. */
export interface Asked {
  /** The same when the call is delivered a second time. */
  readonly callId: string;
  readonly requestId: string | null;
  readonly traceparent?: string;
}

export interface Changed {
  readonly user: User;
  /** What there is to tell; nothing where nothing changed. */
  readonly events: readonly UserEvent[];
}

/**
 * Makes a change and writes down its events, both or neither. A call that comes a second time (the mesh and AMQP deliver
 * at least once) is told by its first event and answered with the user as it is now.
 * @throws CodedError CONFLICT when the e-mail address is another's
 */
export async function change(
  { sequelize, outbox }: Store,
  { callId, requestId, traceparent }: Asked,
  work: (transaction: Transaction) => Promise<Changed>,
): Promise<User> {
  const id = (n: number) => `${callId}:${n}`;
  const before = async (transaction?: Transaction) => {
    const data = await outbox.told(id(0), transaction);
    return data === undefined ? undefined : (JSON.parse(data) as { id: number }).id;
  };
  try {
    const done = await sequelize.transaction(async (transaction) => {
      const again = await before(transaction);
      if (again !== undefined) return again;
      const { user, events } = await work(transaction);
      for (const [n, name] of events.entries()) {
        await outbox.append({ id: id(n), name, data: told(user), requestId, traceparent }, transaction);
      }
      return user;
    });
    return typeof done === "number" ? await findUser(sequelize, { id: done }) : done;
  } catch (error) {
    const isTaken = error instanceof UniqueConstraintError || (error as Partial<CodedError>).type === "CONFLICT";
    if (!isTaken) throw error;
    // Either another's address, or the first delivery of this call was committed meanwhile.
    const again = await before();
    if (again !== undefined) return findUser(sequelize, { id: again });
    throw taken();
  }
}

export const taken = (): CodedError => new CodedError("CONFLICT", "another user has this e-mail address");

const told = ({ id, email, first_name, last_name }: User): string =>
  JSON.stringify({ id, email, first_name, last_name });
