# machines.sh: the machines: what each has and what is to be done on it. Sourced
# by vm.sh and shell.sh.

# The second one has a bridge, and memory for a page of 1 GiB.
two_nodes='-smp 4,sockets=2,cores=2 -m 4G
	-object memory-backend-ram,id=memory0,size=2G
	-object memory-backend-ram,id=memory1,size=2G
	-numa node,nodeid=0,cpus=0-1,memdev=memory0
	-numa node,nodeid=1,cpus=2-3,memdev=memory1
	-device pxb-pcie,id=bridge1,bus_nr=128,bus=pcie.0,numa_node=1'

# What a machine has, two of a kind being joined, and its job: on which two
# interfaces, with how many queues, what is expected, which tests.
describe() { # MACHINE
	hardware='-smp 2 -m 768M' arguments='' inside=''
	case $1 in
	igb-few)
		devices='igb igb'
		job='igb0,igb1 1 mode=zero-copy device_packets
		     igb0,igb1 2 mode=zero-copy device_packets device_tune'
		;;
	igb-life)
		devices='igb igb'
		job='igb0,igb1 2 device_life'
		;;
	igb-many)
		devices='igb igb'
		job='igb0,igb1 4 mode=zero-copy device_packets
		     igb0,igb1 8 mode=zero-copy device_packets device_tune'
		;;
	virtio)
		devices='virtio virtio igb igb'
		job='virtio_net0,virtio_net1 1 mode=zero-copy device_packets device_life device_tune
		     virtio_net0,virtio_net1 1 device_dispatcher
		     igb0,igb1 1 with=virtio_net0,virtio_net1 device_forward device_dispatcher'
		;;
	# By name only: now and then no packet gets through its taps any more,
	# whoever sends (doc/kernel-support.md).
	virtio-many)
		devices='virtio-many virtio-many'
		inside=tests/vm/taps.sh
		job='virtio_net0,virtio_net1 4 mode=zero-copy device_packets'
		;;
	iommu)
		devices='igb igb virtio virtio'
		hardware+=' -device intel-iommu,intremap=on,device-iotlb=on,aw-bits=48'
		arguments='intel_iommu=on iommu.strict=1'
		job='igb0,igb1 2 mode=zero-copy device_packets
		     igb0,igb1 1 with=virtio_net0,virtio_net1 device_forward'
		;;
	numa)
		devices='igb@1 igb'
		hardware=$two_nodes
		# A kernel that lies anywhere may leave no whole GiB.
		arguments='nokaslr hugepagesz=1G hugepages=1:1 hugepagesz=2M hugepages=1:128'
		job='igb0,igb1 2 device_numa device_tune'
		;;
	less)
		devices='virtio-plain virtio-plain e1000e e1000e vmxnet3 vmxnet3'
		job='virtio_net0,virtio_net1 1 mode=copy why=iommu_platform device_packets
		     e1000e0,e1000e1 1 mode=generic why=e1000e device_packets
		     vmxnet30,vmxnet31 1 mode=copy why=vmxnet3 device_packets'
		;;
	old)
		devices='igb igb virtio virtio'
		job='igb0,igb1 2 mode=copy why=support device_packets
		     virtio_net0,virtio_net1 1 mode=copy why=support device_packets'
		;;
	esac
}

machine_names() { sed -nE 's/^\t([a-z-]+)\)$/\1/p' tests/vm/machines.sh | paste -sd ' '; }
