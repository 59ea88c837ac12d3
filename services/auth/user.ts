import { DataTypes, type Model, type ModelStatic, type Sequelize } from "sequelize";

/** A row of `users`. The original let every column but the id be empty. */
export interface UserRow {
  id: number;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  password: string | null;
  user_active: number | null;
  created_at: Date | null;
  updated_at: Date | null;
  /** 0 for the one whose e-mail address it is; counted up for older rows that have it too (see the first migration). */
  email_copy: number;
}

export type UserRecord = Model<UserRow, Partial<UserRow>>;
export type UserModel = ModelStatic<UserRecord>;

/** What others may see: never the password or its hash. */
export interface User {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  /** 1, or 0 for one who does not log in. */
  active: number;
  created_at: Date | null;
  updated_at: Date | null;
}

export const toUser = (row: Omit<UserRow, "password" | "email_copy">): User => ({
  id: row.id,
  email: row.email ?? "",
  first_name: row.first_name ?? "",
  last_name: row.last_name ?? "",
  active: row.user_active === 1 ? 1 : 0,
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const userOf = (record: UserRecord): User => toUser(record.get({ plain: true }));

export const defineUser = (sequelize: Sequelize): UserModel =>
  sequelize.define<UserRecord>(
    "user",
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      email: DataTypes.STRING(255),
      first_name: DataTypes.STRING(255),
      last_name: DataTypes.STRING(255),
      password: DataTypes.STRING(255),
      user_active: DataTypes.INTEGER,
      created_at: DataTypes.DATE,
      updated_at: DataTypes.DATE,
      email_copy: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    },
    { tableName: "users", timestamps: true, createdAt: "created_at", updatedAt: "updated_at" },
  );

/** The model as `defineUser` made it. */
export const usersOf = (sequelize: Sequelize): UserModel => sequelize.model("user") as UserModel;
