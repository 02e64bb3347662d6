# What scripts that start a PostgreSQL cluster of their own share; to be sourced.

# PostgreSQL's programs refuse to run as root.
as_postgres() {
    if [[ $EUID -eq 0 ]]; then (cd / && runuser --user postgres -- "$@"); else "$@"; fi
}

postgres_programs() {
    if [[ -d /usr/lib/postgresql/15/bin ]]; then echo /usr/lib/postgresql/15/bin; else pg_config --bindir; fi
}

# Whether something listens on a port of the loopback interface.
is_taken() {
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A port of the loopback interface that nothing listens on, below those the kernel gives to outgoing connections.
free_port() {
    local port
    while port=$((20000 + RANDOM % 10000)); is_taken "$port"; do :; done
    echo "$port"
}
