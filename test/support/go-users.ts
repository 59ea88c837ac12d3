/** The users table as the original's dump makes it (its users.sql), with users of the test's. */
export const goTable = [
  "CREATE SEQUENCE public.user_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1",
  `CREATE TABLE public.users (
    id integer DEFAULT nextval('public.user_id_seq'::regclass) NOT NULL,
    email character varying(255),
    first_name character varying(255),
    last_name character varying(255),
    password character varying(60),
    user_active integer DEFAULT 0,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
  )`,
  "SELECT pg_catalog.setval('public.user_id_seq', 1, true)",
  "ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id)",
] as const;

/** The course's own row: admin@example.com / verysecret, hashed by Go's bcrypt at cost 12. */
export const goAdminHash = "$2a$12$1zGLuYDDNvATh4RA4avbKuheAMpb1svexSzrQm7up.bnpwQHs0jNe";

export interface GoUser {
  readonly id: number;
  readonly email: string | null;
  readonly password: string | null;
  readonly active: number | null;
  readonly created?: string | null;
}

export const goRow = ({ id, email, password, active, created = "2022-03-14 00:00:00" }: GoUser) => ({
  sql: `INSERT INTO public.users (id, email, first_name, last_name, password, user_active, created_at, updated_at)
        VALUES (:id, :email, 'Go', 'User', :password, :active, :created, :created)`,
  replacements: { id, email, password, active, created },
});
