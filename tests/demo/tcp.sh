# tcp.sh: a scene of demo.sh: iperf3 between two hosts, through pktfwd bridge.
#
#	client                  switch                  server
#	iperf3  eth0 ------- left  pktfwd  right ------- eth0  iperf3
#	10.77.0.1               bridge                  10.77.0.2

make_hosts client switch server
join client eth0 switch left
join server eth0 switch right
for host in client server; do
	# A veth leaves checksums to a NIC, and there is none behind it.
	on $host ethtool -K eth0 tx off >/dev/null
done
ip -n client addr add 10.77.0.1/24 dev eth0
ip -n server addr add 10.77.0.2/24 dev eth0

picture
in_background switch pktfwd bridge --quiet --ring 4096 left right >"$notes/switch" 2>&1
switch=$!
until_open switch left $switch
until_open switch right $switch

title "The client pings the server, and only the bridge joins them:"
on client ping -c 4 -i 0.3 -W 2 10.77.0.2 | sed -n 's/^/    /; /bytes from\|transmitted/p'

title "TCP for $seconds seconds, each way:"
in_background server iperf3 -s >/dev/null 2>&1
sleep 0.5
on client iperf3 -c 10.77.0.2 -t "$seconds" -f m | grep -E 'sender|receiver' | sed 's/^/    out  /'
on client iperf3 -c 10.77.0.2 -t "$seconds" -f m -R | grep -E 'sender|receiver' | sed 's/^/    back /'

title "What the bridge says:"
kill $switch
wait $switch || true
sed 's/^/    /' "$notes/switch"
