import { DataTypes, type Model, type ModelStatic, type Sequelize } from "sequelize";

/** A row of `users`, the table as the original made it. */
export interface UserRow {
  id: number;
  email: string;
  first_name: string | null;
  last_name: string | null;
  password: string;
  user_active: number;
  created_at: Date;
  updated_at: Date;
}

export type UserModel = ModelStatic<Model<UserRow, Partial<UserRow>>>;

/** What others may see: never the password or its hash. */
export interface User {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  active: number;
  created_at: Date;
  updated_at: Date;
}

export const toUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  first_name: row.first_name ?? "",
  last_name: row.last_name ?? "",
  active: row.user_active,
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const defineUser = (sequelize: Sequelize): UserModel =>
  sequelize.define<Model<UserRow, Partial<UserRow>>>(
    "user",
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      email: { type: DataTypes.STRING(255), allowNull: false, unique: true },
      first_name: DataTypes.STRING(255),
      last_name: DataTypes.STRING(255),
      password: { type: DataTypes.STRING(255), allowNull: false },
      user_active: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 1 },
      created_at: DataTypes.DATE,
      updated_at: DataTypes.DATE,
    },
    { tableName: "users", timestamps: true, createdAt: "created_at", updatedAt: "updated_at" },
  );
