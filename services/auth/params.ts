/** Bounds of the actions' parameters, as fastest-validator takes them. */

/** Postgres' integer. */
export const id = { type: "number", integer: true, min: 1, max: 2_147_483_647, convert: true } as const;

/** As one is written down: trimmed, in lower case, and nothing that cannot be printed. 254 is what SMTP carries. */
export const email = {
  type: "email",
  mode: "precise",
  normalize: true,
  max: 254,
  messages: { email: "The 'email' field must be an e-mail address." },
} as const;

const printable = /^\P{Cc}*$/u;

export const name = { type: "string", trim: true, max: 255, pattern: printable, optional: true } as const;

export const active = { type: "boolean", convert: true, optional: true } as const;

/** What somebody logs in with; any text is only compared. */
export const login = { type: "string", min: 1, max: 255 } as const;

/** Characters. The upper bound is for the hashing: more text adds no strength, only work. */
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 1_024;

/** A password to check. */
export const password = secret(1);
/** A password to keep. */
export const newPassword = secret(PASSWORD_MIN);

/** fastest-validator's own string rule would put the value into its complaint, which travels and is logged. */
function secret(min: number) {
  return {
    type: "custom",
    schema: { type: "string", format: "password", minLength: min, maxLength: PASSWORD_MAX },
    messages: {
      secret: `The 'password' field must be a text of ${min} to ${PASSWORD_MAX} characters.`,
    },
    check(value: unknown, errors: { type: string }[]): unknown {
      const fits = typeof value === "string" && value.length >= min && value.length <= PASSWORD_MAX;
      if (!fits) errors.push({ type: "secret" });
      return value;
    },
  } as const;
}

export const paging = {
  q: { type: "string", max: 255, optional: true },
  page: { type: "number", integer: true, min: 1, max: 1_000_000, convert: true, default: 1 },
  pageSize: { type: "number", integer: true, min: 1, max: 100, convert: true, default: 20 },
} as const;
