-- The statements find the pools of agents by joins: a call of this function for each agent and pool took seconds.
drop function pool_fits(pools, uuid);
