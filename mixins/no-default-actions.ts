/**
 * moleculer-db gives every service find, list, create, remove and more, open to the whole mesh and with every field. Here a
 * service says which operations it has; its actions may use the methods behind them (`this._list(ctx, params)`).
 */
export const noDefaultActions = {
  count: false,
  create: false,
  find: false,
  get: false,
  insert: false,
  list: false,
  remove: false,
  resolve: false,
  update: false,
} as const;
